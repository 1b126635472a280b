import { Command } from 'commander';
import { type OperationId, operations } from '../../lambdas/operations.ts';
import { addExample } from '../example.ts';
import { output, outputJson } from '../output.ts';
import { operationIds } from './operation-command.ts';

/** `license-server operations`: lists the operations of the API. */
export function operationsCommand(): Command {
  const command = new Command('operations').description('List the operations of the API');
  command.option('--json', 'print JSON', false).action(({ json }: { json: boolean }) => {
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
