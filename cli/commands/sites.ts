import { Command } from 'commander';
import { addCredentialOptions } from '../credentials.ts';
import { addExample } from '../example.ts';
import { collected } from '../pinned-roots.ts';

const help = `
The file is CSV with the header "enterpriseId,siteRef,state,mode", or JSON (.json): a list of objects with these members.

Without --yes nothing is created: the file is checked, and the effect is shown. An interrupted import continues when the
same command is run again; no site is created twice. The state file records the progress: keep it until the import is complete.
The keys are written to the folder of --keys, one file of mode 0600 each (the SDK's file store, under "<enterpriseId>/<siteRef>"),
and are never printed. Without --keys they are not stored; the same command with --keys fetches them within a day. Later,
--reissue replaces them: the former keys become invalid, and each raises an alert.

Exit codes: 0 all sites are created, or would be; 1 the server refused some sites or keys, see the report; 2 the file or the command is invalid; 3 the
server can't be reached, run the command again; 130 interrupted, run the command again.`;

/** `license-server sites`: imports existing sites. */
export function sitesCommand(): Command {
  const command = new Command('sites').description('Import existing sites');
  const importing = command
    .command('import')
    .description('Create a site for each row of a file')
    .argument('<file>', 'CSV or JSON file')
    .option('--yes', 'create the sites (default: check only)', false)
    .option('--keys <folder>', 'folder of the keys, one file each, mode 0600')
    .option('--root <jwk file>', 'with --keys: the pinned Root; only genuine keys are stored', collected)
    .option('--reissue', 'with --keys: reissue keys that the server no longer returns', false)
    .option('--state <file>', 'progress of the import (default: <file>.import.jsonl)')
    .option('--report <file>', 'report of created and refused sites, CSV (default: <file>.report.csv)')
    .option('--concurrency <n>', 'concurrent requests, 1 to 16', '4')
    .option('--json', 'print JSON', false)
    .addHelpText('after', help)
    .action(async (file: string, options: unknown) => {
      const { importFile } = await import('../sites/import-file.ts');
      await importFile(file, options);
    });
  addCredentialOptions(importing);
  addExample(importing, 'sites import sites.csv --profile hwf --keys ./keys --root root.jwk.json --yes');
  return command;
}
