import { Duration, Stack } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { counted, countedBy, graph } from '../monitoring/metrics.ts';
import type { AreaConstructs } from './area.ts';
import { RefreshesSilent } from './site-licensing/refreshes-silent.ts';

export const siteLicensing: AreaConstructs = {
  monitor: ({ stage, alarms, operations }) => {
    const identities = operations.identities.filter(({ row }) => row === 'refresh-key');
    if (identities.length > 0)
      new RefreshesSilent(Stack.of(operations), 'RefreshesSilent', { stage, identities, alarms });
  },
  /** The recount publishes the number of sites in each state daily; the sweep counts its changes. */
  widgets: () => [
    graph('Sites by mode, state and status', [
      countedBy('cell,org', 'SitesByState', { statistic: Stats.MAXIMUM, over: Duration.days(1) }),
    ]),
    graph('Keys found by the sweep', [counted('SweepWarned'), counted('SweepExpired'), counted('SweepDormant')]),
  ],
};
