import { Stack } from 'aws-cdk-lib';
import { counted, graph } from '../monitoring/metrics.ts';
import type { AreaConstructs } from './area.ts';
import { FinanceRole } from './billing/finance-role.ts';
import { StatementsOverdue } from './billing/statements-overdue.ts';

export const billing: AreaConstructs = {
  store: ({ exports }, stage) => {
    const role = stage.financePrincipals.length > 0 ? new FinanceRole(exports, 'Finance', stage) : undefined;
    return { FinanceRoleArn: [role?.roleArn, 'Finance takes this role to read statements'] };
  },
  monitor: ({ stage, alarms, schedules }) => {
    new StatementsOverdue(Stack.of(schedules), 'StatementsOverdue', {
      stage,
      identities: schedules.identities,
      alarms,
    });
  },
  widgets: () => [graph('Statements', [counted('StatementsMade'), counted('StatementsOverdue')])],
};
