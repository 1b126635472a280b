import { Command, Option } from 'commander';
import * as z from 'zod';
import { generationsOf, type KeyRing, type KeyRings, type KeyRole } from '../../domain/trust/key-ring.ts';
import {
  obstacleTo,
  planStep,
  type RingKind,
  type RotationFacts,
  rotationSteps,
} from '../../domain/trust/key-ring-rotation.ts';
import type { Answer } from '../../sdk/client.ts';
import { answered, callerOf } from '../caller.ts';
import { addCredentialOptions, readTarget } from '../credentials.ts';
import { addExample } from '../example.ts';
import { UsageError } from '../exit.ts';
import { type KeyRingsFile, openKeyRings } from '../key-rings-file.ts';
import { output } from '../output.ts';
import { planTable, remedyOf, rowsOf, stepText } from '../rotation-plan.ts';
import { rotateEnterprise } from './rotate-enterprise.ts';

/** `license-server rotate`: replaces keys of the chain of trust, one step per call; prints the plan first. */
export function rotateCommand(): Command {
  const command = new Command('rotate').description('Plan and execute the rotation of keys of the chain of trust');
  const root = command.command('root').description('Rotate the Root of a stage');
  root.action(async (options: unknown) => await rotateRing('root', undefined, options));
  const org = command.command('org').description('Rotate the key of an Org').argument('<org>');
  org.action(async (name: string, options: unknown) => await rotateRing('org', name, options));
  for (const one of [root, org])
    one
      .requiredOption('--stage <name>', 'name of the stage in lib/stages.ts')
      .option('--rings <file>', 'file with the key generations', 'lib/key-rings.json')
      .addOption(new Option('--step <step>', 'execute this step instead of the next one').choices(rotationSteps));
  const enterprise = command
    .command('enterprise')
    .description('Rotate the signing key of an enterprise')
    .argument('<id>');
  enterprise
    .option('--idempotency-key <key>', 'repeat an earlier rotation')
    .action(async (id: string, options: unknown) => await rotateEnterprise(id, options));
  for (const one of [root, org, enterprise]) {
    one.option('--compromised', 'the key is compromised: skip the waiting periods', false);
    one.option('--yes', 'execute the step (default: show the plan only)', false);
    addCredentialOptions(one);
  }
  addExample(root, 'rotate root --stage prod --profile operator');
  addExample(org, 'rotate org hub --stage prod --profile operator');
  addExample(enterprise, "rotate enterprise '<enterprise-id>' --profile operator --compromised");
  return command;
}

const Options = z.object({
  stage: z.string(),
  rings: z.string(),
  step: z.enum(rotationSteps).optional(),
  compromised: z.boolean(),
  yes: z.boolean(),
});

async function rotateRing(kind: RingKind, org: string | undefined, given: unknown): Promise<void> {
  const { stage, rings: path, step, compromised, yes } = Options.parse(given);
  const file = openKeyRings(path, stage);
  const target = await readTarget('get-trust', given);
  const trust = await answered(target.url, callerOf(target).call('get-trust', {}));
  const { facts, keys } = await factsOf(kind, org, file.rings, trust);
  const planned = planStep(facts, step);
  const obstacle = obstacleTo(planned, facts, target.now(), compromised);
  const deploy = `npx cdk deploy -c stage=${stage} '${stage}/*'`;
  output(
    `${org === undefined ? 'The Root' : `Org ${org}`} of stage ${stage}\n\n${planTable(rowsOf(facts.deployed, keys))}\n`,
  );
  if (planned) output(stepText(kind, planned));
  if (obstacle && (yes || obstacle !== 'too-early')) throw new UsageError(remedyOf(obstacle, planned, deploy));
  if (!planned) return;
  if (!yes) return output(`Nothing was changed. Use --yes to write it to ${path}, then run: ${deploy}`);
  write(file, org, planned.after);
  output(`Written to ${path}. Commit it, then run: ${deploy}`);
}

function write(file: KeyRingsFile, org: string | undefined, ring: KeyRing): void {
  const { rings } = file;
  file.write(org === undefined ? { ...rings, root: ring } : { ...rings, orgs: { ...rings.orgs, [org]: ring } });
}

type Trust = Answer<'get-trust'>;

/** Collects the facts of a ring. @throws UsageError for an Org that the server does not know */
async function factsOf(kind: RingKind, org: string | undefined, rings: KeyRings, trust: Trust) {
  const known = trust.orgs.filter(one => org === undefined || one.org === org);
  const [first] = known;
  if (!first)
    throw new UsageError(`The Org ${org} is unknown: expected one of ${trust.orgs.map(one => one.org).join(', ')}.`);
  const configured = generationsOf(rings, first.org)[kind];
  const deployed = known.map(({ generations }) => generations[kind]);
  const keys = kind === 'root' ? trust.roots : first.keys;
  const differing = deployed.find(ring => JSON.stringify(ring) !== JSON.stringify(configured));
  const facts: RotationFacts = {
    kind,
    ring: configured,
    deployed: differing ?? configured,
    since: { current: sinceOf(keys, 'current'), next: sinceOf(keys, 'next') },
  };
  return { facts, keys };
}

function sinceOf(keys: Trust['roots'], role: KeyRole): number | undefined {
  const since = keys.find(key => key.role === role)?.since;
  return since === undefined ? undefined : Date.parse(since) / 1000;
}
