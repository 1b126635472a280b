import type { Answer, CallOptions, Client, Input, OperationName } from './client.ts';
import { routes } from './routes.ts';

type Camel<S extends string> = S extends `${infer First}-${infer Rest}` ? `${First}${Capitalize<Camel<Rest>>}` : S;

/** Client methods, one for each operation. */
export type Methods = {
  readonly [O in OperationName as Camel<O>]: (input: Input<O>, options?: CallOptions) => Promise<Answer<O>>;
};

/** Returns the operations as methods: `methodsOf(client).createSite(input)` is `client.call('create-site', input)`. */
export function methodsOf(client: Client): Methods {
  const methods = Object.keys(routes)
    .filter(isOperation)
    .map(operation => [
      operation.replace(/-./g, ([, letter = '']) => letter.toUpperCase()),
      async (input: Record<string, unknown>, options?: CallOptions) =>
        await client.callByName(operation, input, options),
    ]);
  return Object.fromEntries(methods) as Methods;
}

function isOperation(name: string): name is OperationName {
  return Object.hasOwn(routes, name);
}
