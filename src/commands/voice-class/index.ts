/**
 * commands/voice-class: what dial peers and `crypto signaling` refer to by tag or name.
 *
 * - `tls-profile` and `tls-cipher` say what TLS shows, offers and demands; `src/tls-rules.ts` makes rules of them.
 * - `tenant` holds what its dial peers, and calls at its ports, have in the place of the global SIP settings.
 * - `uri` and `e164-pattern-map` say which calls a dial peer is for.
 * - `server-group` has the servers of a dial peer, `peer-group` (`dpg`) the dial peers that calls of another one leave by.
 * - `keepalive` (`sip-options-keepalive`) says how the targets of dial peers are asked whether they live.
 * - `codec` is a list of codecs for `voice-class codec`.
 * - `translation-rule` and `translation-profile` change numbers; `show-translation` shows and tries them.
 *
 * Who tells whom: a command changes the tree; the rooms read it. **Standards:** none; the layouts are those of IOS.
 */
import type { CommandSet } from '../command-set.ts';
import { printKept } from '../inert-mode.ts';
import { blocks, section } from '../section.ts';
import { codecClassMode, codecClassOpener, printCodecClasses } from './codec.ts';
import { keepaliveMode, keepaliveOpener, printKeepalives } from './keepalive.ts';
import { patternMapCommands, patternMapMode, patternMapOpener, printPatternMaps } from './pattern-map.ts';
import { peerGroupMode, peerGroupOpener, peerGroupShow, printPeerGroups } from './peer-group.ts';
import { printServerGroups, serverGroupMode, serverGroupOpener } from './server-group.ts';
import { keepaliveShows } from './show-keepalive.ts';
import { serverGroupShow } from './show-server-group.ts';
import { translationShows } from './show-translation.ts';
import { printTenants, tenantMode, tenantOpener } from './tenant.ts';
import { printTlsCiphers, tlsCipherMode, tlsCipherOpener } from './tls-cipher.ts';
import { printTlsProfiles, tlsProfileMode, tlsProfileOpener } from './tls-profile.ts';
import { printTranslationProfiles, translationProfileMode, translationProfileOpener } from './translation-profile.ts';
import { printTranslationRules, translationRuleMode, translationRuleOpener } from './translation-rule.ts';

import { printUriClasses, uriClassMode, uriClassOpener } from './uri.ts';

export const voiceClassCommands: CommandSet = {
  exec: [...translationShows, ...patternMapCommands, serverGroupShow, peerGroupShow, ...keepaliveShows],
  config: [
    codecClassOpener,
    tlsCipherOpener,
    tlsProfileOpener,
    tenantOpener,
    uriClassOpener,
    patternMapOpener,
    serverGroupOpener,
    peerGroupOpener,
    keepaliveOpener,
    translationRuleOpener,
    translationProfileOpener,
  ],
  modes: [
    codecClassMode,
    tlsCipherMode,
    tlsProfileMode,
    tenantMode,
    uriClassMode,
    patternMapMode,
    serverGroupMode,
    peerGroupMode,
    keepaliveMode,
    translationRuleMode,
    translationProfileMode,
  ].map(({ definition }) => definition),
  sections: [
    section('voice-class', (tree, all) =>
      blocks([
        printCodecClasses(tree, all),
        printTlsCiphers(tree, all),
        printTlsProfiles(tree, all),
        printUriClasses(tree, all),
        printPatternMaps(tree, all),
        printServerGroups(tree, all),
        printPeerGroups(tree, all),
        printKeepalives(tree, all),
        printTenants(tree, all),
        printKept(tree, 'voice-class', 'config'),
        printTranslationRules(tree, all),
        printTranslationProfiles(tree, all),
      ]),
    ),
  ],
};
