import { Duration, Stack } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { counted, countedBy, graph } from '../monitoring/metrics.ts';
import type { AreaInAws } from './area.ts';
import { RefreshesSilent } from './site-licensing/refreshes-silent.ts';

export const siteLicensing: AreaInAws = {
  monitor: ({ stage, alarms, operations }) => {
    const identities = operations.identities.filter(({ row }) => row === 'refresh-key');
    if (identities.length > 0)
      new RefreshesSilent(Stack.of(operations), 'RefreshesSilent', { stage, identities, alarms });
  },
  /** The recount reports the sites of each state, at most daily; the sweep reports what has changed. */
  widgets: () => [
    graph('Sites by mode, state and status', [
      countedBy('cell,org', 'SitesByState', { statistic: Stats.MAXIMUM, over: Duration.days(1) }),
    ]),
    graph('Keys found by the sweep', [counted('SweepWarned'), counted('SweepExpired'), counted('SweepDormant')]),
  ],
};
