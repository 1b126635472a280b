import type { IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { StatefulResources } from '../functions/rights-of.ts';
import type { RowFunctions } from '../functions/row-functions.ts';
import type { Alarms } from '../monitoring/alarms.ts';
import type { Outputs } from '../outputs.ts';
import type { StageSettings } from '../stages.ts';

/** The constructs of a product area besides the functions of its rows. Their ids are part of deployed stacks and must not change. */
export interface AreaConstructs {
  /** Creates what must survive, in the stack `store`; returns outputs of that stack. */
  readonly store?: (stateful: StatefulResources, stage: StageSettings) => Outputs;
  /** Creates alarms, each in the stack of the functions that it watches. */
  readonly monitor?: (deployed: DeployedFunctions) => void;
  /** Returns the area's row of the dashboard. */
  readonly widgets?: () => IWidget[];
}

export interface DeployedFunctions {
  /** name of the stage */
  readonly stage: string;
  readonly alarms: Alarms;
  readonly operations: RowFunctions;
  readonly schedules: RowFunctions;
}
