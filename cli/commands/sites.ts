import { Command } from 'commander';
import { addCredentialOptions } from '../credentials.ts';
import { addExample } from '../example.ts';
import { collected } from '../pinned-roots.ts';

const help = `
The file is CSV with the header "enterpriseId,siteRef,state,mode", or JSON (.json): a list of objects with these members.

Without --yes nothing is made: the file is checked, and what would be done is shown. An import that was interrupted goes on when the
same command is run again; no site is made twice. That is what the state file is for: keep it, beside the file, until you are done.
The keys go into the folder of --keys, a file for each that only you can read (the SDK's file store, under "<enterpriseId>/<siteRef>"),
and are shown nowhere. Without --keys they are kept nowhere; the same command with --keys gets them within a day, and later, with --reissue too, others
in their place: the former ones end, and a person hears of each.

Exit codes: 0 all sites are made, or would be; 1 the server refused some, or their keys, and the report says which; 2 the file or the command is wrong; 3 the
server can't be reached: run it again; 130 it was interrupted: run it again.`;

/** `license-server sites`: work on many sites. */
export function sitesCommand(): Command {
  const command = new Command('sites').description('Makes the sites that an application has already.');
  const importing = command
    .command('import')
    .description('Makes a site for each row of a file; shows first what it would do.')
    .argument('<file>', 'CSV or JSON')
    .option('--yes', 'makes the sites; without it nothing is sent but questions', false)
    .option('--keys <folder>', 'where the keys are kept, one file each, 0600')
    .option('--root <jwk file>', 'the Root that you have pinned, for --keys: only genuine keys are kept', collected)
    .option('--reissue', 'another key for each site whose first one the server gives no more, for --keys', false)
    .option('--state <file>', 'what is done so far; <file>.import.jsonl when left out')
    .option('--report <file>', 'what was made and what was refused, CSV; <file>.report.csv when left out')
    .option('--concurrency <n>', 'requests at a time, 1 to 16', '4')
    .option('--json', 'for programs', false)
    .addHelpText('after', help)
    .action(async (file: string, options: unknown) => {
      const { importFile } = await import('../sites/import-file.ts');
      await importFile(file, options);
    });
  addCredentialOptions(importing);
  addExample(importing, 'sites import sites.csv --profile hwf --keys ./keys --root root.jwk.json --yes');
  return command;
}
