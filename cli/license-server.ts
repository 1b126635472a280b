#!/usr/bin/env node
import { Command } from 'commander';
import { commandGroups } from './commands/groups.ts';
import { exitWith } from './exit.ts';
import { ignoreBrokenPipe, note } from './output.ts';

const exitCodes = `
Exit codes: 0 it was done; 1 the server refused it, or what was verified is not genuine; 2 the command or a local file is wrong; 3 the server can't be
reached, or is busy or ill: repeat a change with the --idempotency-key that was shown.

Credentials: --url, --keyid and --key-file; or --profile <name>, from the file $LICENSE_SERVER_PROFILES, or else from
~/.config/license-server/profiles.json and .local/keys/profiles.json (\`npm start\` writes it): {"<name>": {"url", "keyid",
"keyFile"}} or {"<name>": {"url", "secret"}}; or $LICENSE_SERVER_URL, $LICENSE_SERVER_KEYID and $LICENSE_SERVER_KEY (a file); or --secret <arn> or
$LICENSE_SERVER_SECRET, from AWS Secrets Manager: {"keyid", "privateKey"}. Of several, the first wins.`;

const program = new Command('license-server')
  .description('Signed requests to a license server, and the keys for them.')
  .addHelpText('after', exitCodes);

for (const group of commandGroups) program.addCommand(group());

endOurWay(program);
ignoreBrokenPipe();
await program.parseAsync().catch(exitWith);

/** Commander itself would end with 1, which here means that the server refused. */
function endOurWay(command: Command): void {
  command.exitOverride().showHelpAfterError('(--help shows what there is)');
  command.configureOutput({ writeErr: text => note(text.trimEnd()) });
  for (const below of command.commands) endOurWay(below);
}
