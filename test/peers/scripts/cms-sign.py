"""Signs a file as CMS with attributes of one's own, which the openssl command cannot. OpenSSL's library does all of it.

cms-sign.py SIGNER KEY OUT [CONTENT] -- OID=TYPE:VALUE ...   (TYPE: text, or hex for octets; no CONTENT: none is sent)
"""

import ctypes
import ctypes.util
import sys

PARTIAL, BINARY, DETACHED = 0x4000, 0x80, 0x40
OCTETS, PRINTABLE = 4, 19

lib = ctypes.CDLL(ctypes.util.find_library("crypto"))
for name in (
    "BIO_new_file BIO_new_mem_buf PEM_read_bio_X509 PEM_read_bio_PrivateKey EVP_sha256 CMS_sign CMS_add1_signer".split()
):
    getattr(lib, name).restype = ctypes.c_void_p


def pointer(value):
    if not value:
        sys.exit("OpenSSL refused")
    return ctypes.c_void_p(value)


def file(path, mode):
    return pointer(lib.BIO_new_file(path.encode(), mode))


words = sys.argv[1:]
split = words.index("--")
signer, key, out, *content = words[:split]
certificate = pointer(lib.PEM_read_bio_X509(file(signer, b"r"), None, None, None))
private = pointer(lib.PEM_read_bio_PrivateKey(file(key, b"r"), None, None, None))
flags = PARTIAL | BINARY | (0 if content else DETACHED)
cms = pointer(lib.CMS_sign(None, None, None, None, flags))
info = pointer(lib.CMS_add1_signer(cms, certificate, private, pointer(lib.EVP_sha256()), flags))
for attribute in words[split + 1 :]:
    oid, typed = attribute.split("=", 1)
    kind, value = typed.split(":", 1)
    octets = bytes.fromhex(value) if kind == "hex" else value.encode()
    form = OCTETS if kind == "hex" else PRINTABLE
    if lib.CMS_signed_add1_attr_by_txt(info, oid.encode(), form, octets, len(octets)) != 1:
        sys.exit("OpenSSL refused the attribute " + oid)
data = file(content[0], b"rb") if content else pointer(lib.BIO_new_mem_buf(b"", 0))
if lib.CMS_final(cms, data, None, flags) != 1:
    sys.exit("OpenSSL did not sign")
target = file(out, b"wb")
if lib.i2d_CMS_bio(target, cms) != 1:
    sys.exit("OpenSSL did not write")
lib.BIO_free(target)
