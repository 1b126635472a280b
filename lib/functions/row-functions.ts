import type { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Grants } from '../../lambdas/platform/kernel/grants.ts';
import type { Alarms } from '../monitoring/alarms.ts';
import type { StageSettings } from '../stages.ts';
import { FunctionIdentity } from './function-identity.ts';
import type { Right } from './right.ts';
import { type Capabilities, rightsOf } from './rights-of.ts';
import { RowFunction } from './row-function.ts';

interface Row {
  readonly summary: string;
  readonly grants: Grants;
}

export interface RowFunctionsProps {
  readonly stage: StageSettings;
  readonly rows: Readonly<Record<string, Row>>;
  readonly bundles: string;
  readonly capabilities: Capabilities;
  readonly alarms: Alarms;
  readonly impact: string;
  readonly timeout: Duration;
  /** rights that every one of them has */
  readonly common?: readonly Right[];
}

/** A function for each row of a table, with the rights that its row grants. */
export class RowFunctions extends Construct {
  readonly identities: readonly FunctionIdentity[];
  /** by the row's key */
  readonly functions: ReadonlyMap<string, RowFunction>;

  constructor(
    scope: Construct,
    id: string,
    { stage, rows, bundles, capabilities, alarms, impact, timeout, common = [] }: RowFunctionsProps,
  ) {
    super(scope, id);
    const made = Object.entries(rows).map(([row, { summary, grants }]) => {
      const identity = new FunctionIdentity(this, row, stage, grants, [
        ...common,
        ...rightsOf(this, grants, capabilities),
      ]);
      return {
        identity,
        made: new RowFunction(identity, 'Function', { identity, summary, bundles, alarms, impact, timeout }),
      };
    });
    this.identities = made.map(({ identity }) => identity);
    this.functions = new Map(made.map(({ identity, made }) => [identity.row, made]));
  }
}
