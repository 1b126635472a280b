import { Command } from 'commander';
import { type OperationId, operations } from '../../lambdas/operations.ts';
import { addExample } from '../example.ts';
import { output, outputJson } from '../output.ts';
import { operationIds } from './operation-command.ts';

/** `license-server operations`: what the API can do. */
export function operationsCommand(): Command {
  const command = new Command('operations').description('Lists the operations.');
  command.option('--json', 'for programs', false).action(({ json }: { json: boolean }) => {
    const ids = operationIds();
    if (json) return outputJson(ids.map(id => ({ id, ...rowOf(id) })));
    const width = Math.max(...ids.map(id => id.length));
    for (const id of ids) {
      const { method, path, summary } = rowOf(id);
      output(`${id.padEnd(width)}  ${method.padEnd(6)} ${path}\n${' '.repeat(width)}  ${summary}`);
    }
  });
  addExample(command, 'operations');
  return command;
}

function rowOf(id: OperationId) {
  const { method, path, summary } = operations[id];
  return { method, path, summary };
}
