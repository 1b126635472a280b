import { internalFunctions } from '../lambdas/functions.ts';
import { operations } from '../lambdas/operations.ts';
import type { Runtime } from '../lambdas/platform/kernel/runtime.ts';
import { settings } from '../lambdas/platform/kernel/settings.ts';
import { schedules } from '../lambdas/schedules.ts';
import { streams } from '../lambdas/streams.ts';
import type { LocalAws } from './aws/server.ts';
import type { DeployedChain } from './chain.ts';
import { loadConsumers } from './consumers.ts';
import { runSchedule } from './schedules.ts';

const nameOf = (row: string) => `license-server-local-${row}`;

/** Registers the functions of the trust stack in the local Lambda, under their names in AWS. */
export function describeInternalFunctions(aws: LocalAws, chain: DeployedChain): void {
  for (const row of Object.keys(internalFunctions)) aws.setSettings(nameOf(row), settingsIn(chain.settings));
}

/** Registers all other functions; scheduled ones and stream consumers can also be invoked. */
export async function describeFunctions(aws: LocalAws, runtime: Runtime): Promise<void> {
  for (const row of Object.keys({ ...operations, ...schedules, ...streams }))
    aws.setSettings(nameOf(row), settingsIn(runtime.env));
  for (const [row, consumer] of await loadConsumers(runtime)) {
    aws.setFunction(nameOf(row), consumer);
    aws.setEventSource(nameOf(row), { State: 'Enabled', LastProcessingResult: 'OK' });
  }
  for (const row of Object.keys(schedules)) aws.setFunction(nameOf(row), async () => await runSchedule(row, runtime));
}

function settingsIn(env: Runtime['env']): Record<string, string> {
  return Object.fromEntries(
    settings.flatMap(name => {
      const value = env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
