import { Command } from 'commander';
import type { OperationId } from '../../lambdas/operations.ts';
import { requestOf } from '../../sdk/client.ts';
import { signRequest } from '../../sdk/sign-request.ts';
import { readTarget } from '../credentials.ts';
import { curlCommand } from '../curl-command.ts';
import { note, output } from '../output.ts';
import { idempotencyKeyOf, type Options, perOperation } from './operation-command.ts';

/** `license-server sign <operation>`: signs a request and prints the curl command that sends it. */
export function signCommand(): Command {
  return perOperation(new Command('sign').description('Sign a request and print the curl command that sends it'), sign);
}

async function sign(operation: OperationId, input: Record<string, unknown>, options: Options): Promise<void> {
  const { url, key, now } = await readTarget(operation, options);
  const request = requestOf(url, operation, input, idempotencyKeyOf(options));
  output(curlCommand(request, key ? await signRequest(request, key, { created: now() }) : {}));
  if (key) note('The signature expires in 5 minutes; an operation that returns a key accepts it once.');
}
