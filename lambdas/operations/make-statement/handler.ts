import { makeStatement as make } from '../../pipeline/make-statement.ts';
import { serve } from '../../pipeline/serve.ts';
import { statementPorts } from '../../pipeline/statement-ports.ts';
import { makeStatement } from './schema.ts';

export const handler = serve(makeStatement, statementPorts, async ({ path, caller, change }, ports) => {
  return await make(ports, caller.org, path.quarter, change);
});
