import { serve } from '../../../platform/request/serve.ts';
import { makeStatement as make } from '../../statement/make-statement.ts';
import { statementPorts } from '../../statement/statement-ports.ts';
import { makeStatement } from './schema.ts';

export const handler = serve(makeStatement, statementPorts, async ({ path, caller, change }, ports) => {
  return await make(ports, caller.org, path.quarter, change);
});
