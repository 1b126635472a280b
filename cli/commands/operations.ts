import { Command } from 'commander';
import { operations } from '../../lambdas/operations.ts';
import { addExample } from '../example.ts';
import { say } from '../say.ts';
import { operationIds } from './operation-command.ts';

/** `license-server operations`: what the API can do. */
export function operationsCommand(): Command {
  const command = new Command('operations').description('Lists the operations.').action(() => {
    const ids = operationIds();
    const width = Math.max(...ids.map(id => id.length));
    for (const id of ids) {
      const { method, path, summary } = operations[id];
      say(`${id.padEnd(width)}  ${method.padEnd(6)} ${path}\n${' '.repeat(width)}  ${summary}`);
    }
  });
  addExample(command, 'operations');
  return command;
}
