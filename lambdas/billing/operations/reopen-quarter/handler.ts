import { reopened } from '../../../../domain/billing/statement/recorded-statement.ts';
import { serve } from '../../../platform/request/serve.ts';
import { dynamoStatements } from '../../storage/statements.ts';
import { reopenQuarter } from './schema.ts';

export const handler = serve(
  reopenQuarter,
  { statements: dynamoStatements },
  async ({ path, body, caller, change, at }, { statements }) => {
    const { reason, ticket } = body;
    const record = await statements.find(caller.org, path.quarter);
    const statement = reopened(record, { code: reason, ticket }, at);
    const { quarter, revision } = statement;
    const answer = { quarter, state: 'reopened', revision, reason, ticket } as const;
    await statements.record(record, statement, { ...change, outcome: { answer } });
    return answer;
  },
);
