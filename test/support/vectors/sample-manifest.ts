import { previousQuarter, Quarter, quarterOf } from '../../../domain/kernel/time.ts';
import type { TestServer } from '../server/server.ts';

/** The quarter that ended last: the only one of which an application has a manifest to push. */
export function finishedQuarter({ clock }: Pick<TestServer, 'clock'>): Quarter {
  return previousQuarter(quarterOf(clock.at));
}

let taken = 0;

/** A quarter long ago, each time another: no other test states it or waits for its manifests. */
export function oldQuarter(): Quarter {
  const number = taken++ % 100;
  return Quarter.parse(`20${String(Math.floor(number / 4)).padStart(2, '0')}-Q${(number % 4) + 1}`);
}

interface Part {
  readonly enterpriseId: string;
  readonly production?: number;
  readonly dev?: number;
  readonly proxy?: number;
  readonly configurationUsers?: number;
}

/** A manifest that agrees with itself; each test says only what matters to it. */
export function sampleManifest(
  parts: readonly Part[] = [],
  applicationAdmins: readonly { name: string; email: string }[] = [],
) {
  const perEnterprise = parts.map(part => ({ production: 0, dev: 0, proxy: 0, configurationUsers: 0, ...part }));
  const sum = (kind: 'production' | 'dev' | 'proxy') => perEnterprise.reduce((total, part) => total + part[kind], 0);
  return {
    sites: { production: sum('production'), dev: sum('dev'), proxy: sum('proxy') },
    enterprises: perEnterprise.length,
    perEnterprise,
    users: { enterpriseAdmins: 4, plantUsers: 30, demoUsers: 2 },
    applicationAdmins: [...applicationAdmins],
  };
}
