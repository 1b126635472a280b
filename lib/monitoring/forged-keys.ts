import type { Construct } from 'constructs';
import type { FunctionIdentity } from '../functions/function-identity.ts';
import type { Alarms } from './alarms.ts';
import { LoggedMetric } from './logged-metric.ts';

export interface ForgedKeysProps {
  readonly stage: string;
  readonly identities: readonly FunctionIdentity[];
  readonly alarms: Alarms;
}

/** Counts forged keys over all operations of a stage, and alarms. */
export class ForgedKeys extends LoggedMetric {
  constructor(scope: Construct, id: string, { stage, identities, alarms }: ForgedKeysProps) {
    super(scope, id, { stage, name: 'ForgedKeys', identities });
    alarms.raise(this, 'Alarm', {
      name: 'forged-keys',
      metric: this.metric,
      atLeast: 10,
      impact:
        'Clients present keys that this server never signed. No site is affected; the dashboard shows the application they come through.',
      anchor: 'forged-keys',
    });
  }
}
