#!/usr/bin/env node
import { Command } from 'commander';
import { commandGroups } from './commands/groups.ts';
import { exitWith } from './exit.ts';
import { ignoreBrokenPipe, note } from './output.ts';

const exitCodes = `
Exit codes: 0 success; 1 refused by the server, or the verification failed; 2 the command or a local file is invalid; 3 the server can't be
reached or is unavailable: repeat a change with the printed --idempotency-key.

Credentials: --url, --keyid and --key-file; or --profile <name>, from the file $LICENSE_SERVER_PROFILES, or else from
~/.config/license-server/profiles.json and .local/keys/profiles.json (\`npm start\` writes it): {"<name>": {"url", "keyid",
"keyFile"}} or {"<name>": {"url", "secret"}}; or $LICENSE_SERVER_URL, $LICENSE_SERVER_KEYID and $LICENSE_SERVER_KEY (a file); or --secret <arn> or
$LICENSE_SERVER_SECRET, from AWS Secrets Manager: {"keyid", "privateKey"}. Of several, the first wins.`;

const program = new Command('license-server')
  .description('Send signed requests to a license server, and manage keys')
  .addHelpText('after', exitCodes);

for (const group of commandGroups) program.addCommand(group());

configureExit(program);
ignoreBrokenPipe();
await program.parseAsync().catch(exitWith);

/** Overrides the exit code of Commander: its 1 would mean a refusal by the server. */
function configureExit(command: Command): void {
  command.exitOverride().showHelpAfterError('(see --help)');
  command.configureOutput({ writeErr: text => note(text.trimEnd()) });
  for (const subcommand of command.commands) configureExit(subcommand);
}
