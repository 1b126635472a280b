import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import * as z from 'zod';
import { internalFunctions } from '../../../lambdas/functions.ts';
import { operations } from '../../../lambdas/operations.ts';
import { schedules } from '../../../lambdas/schedules.ts';
import { streams } from '../../../lambdas/streams.ts';
import { LicenseServer, type Rows } from '../../../lib/license-server.ts';
import type { StageSettings } from '../../../lib/stages.ts';

export const rows: Rows = { operations, schedules, streams, internalFunctions };

const Rules = z.record(
  z.string(),
  z.strictObject({
    Assertions: z.array(z.strictObject({ Assert: z.record(z.string(), z.unknown()), AssertDescription: z.string() })),
  }),
);
const Resource = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
  Metadata: z.looseObject({ 'aws:cdk:path': z.string().optional() }).default({}),
});
const Template = z.looseObject({
  Resources: z.record(z.string(), Resource),
  Outputs: z.record(z.string(), z.looseObject({ Value: z.unknown() })).default({}),
  Rules: Rules.default({}),
});
export type Template = z.infer<typeof Template>;

/** A resource with what stands around it; `path` is the construct's, after the stage: `store/Ledger/Table`. */
export interface Deployed {
  readonly stack: string;
  readonly logicalId: string;
  readonly path: string;
  readonly type: string;
  readonly properties: Record<string, unknown>;
  readonly deletion: string | undefined;
  readonly replacement: string | undefined;
}

/** A stage as it would be deployed: its templates, read back. */
export interface Deployment {
  readonly app: App;
  readonly templates: ReadonlyMap<string, Template>;
  readonly protectedStacks: readonly string[];
  all(type: string): Deployed[];
}

/** Synthesizes a stage as the CLI does, with `cdk.json`'s flags, but over empty bundles. */
export function deploy(settings: StageSettings, made: Rows = rows): Deployment {
  const bundles = emptyBundles(made);
  const outdir = mkdtempSync(join(tmpdir(), 'cdk-'));
  const app = new App({
    outdir,
    builtinCloudFormationValidation: false,
    context: { ...flags(), 'aws:cdk:bundling-stacks': [], 'aws:cdk:enable-path-metadata': true },
  });
  new LicenseServer(app, { settings, bundles, rows: made });
  // Most tests look at stages as they are shipped; test/lib/readiness.test.ts is about the warning.
  const placeholders = `Annotation::license-server:placeholders-${settings.name}`;
  Validations.of(app).acknowledge({ id: placeholders, reason: 'Nothing is deployed.' });
  const { stacks } = app.synth().getNestedAssembly(`assembly-${settings.name}`);
  const deployment = readTemplates(app, `license-server-${settings.name}-`, stacks);
  rmSync(outdir, { recursive: true });
  rmSync(bundles, { recursive: true });
  return deployment;
}

/** Reads synthesized templates. @param prefix of the names of the stacks, which their names here leave out */
export function readTemplates(
  app: App,
  prefix: string,
  stacks: readonly { stackName: string; template: unknown; terminationProtection?: boolean | undefined }[],
): Deployment {
  const nameOf = (stackName: string) => stackName.slice(prefix.length);
  const templates = new Map(stacks.map(stack => [nameOf(stack.stackName), Template.parse(stack.template)]));
  return {
    app,
    templates,
    protectedStacks: stacks.filter(stack => stack.terminationProtection).map(stack => nameOf(stack.stackName)),
    all: type =>
      [...templates].flatMap(([stack, template]) =>
        deployed(stack, template).filter(resource => resource.type === type),
      ),
  };
}

function deployed(stack: string, { Resources }: Template): Deployed[] {
  return Object.entries(Resources).map(
    ([
      logicalId,
      { Type: type, Properties: properties, DeletionPolicy: deletion, UpdateReplacePolicy: replacement, Metadata },
    ]) => {
      const path = (Metadata['aws:cdk:path'] ?? '')
        .split('/')
        .slice(1)
        .join('/')
        .replace(/\/Resource$/, '');
      return { stack, logicalId, path, type, properties, deletion, replacement };
    },
  );
}

function flags(): Record<string, unknown> {
  return z.object({ context: z.record(z.string(), z.unknown()) }).parse(JSON.parse(readFileSync('cdk.json', 'utf8')))
    .context;
}

function emptyBundles(made: Rows): string {
  const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
  for (const id of Object.keys({ ...made.operations, ...made.schedules, ...made.streams, ...made.internalFunctions })) {
    mkdirSync(join(folder, id));
    writeFileSync(join(folder, id, 'index.mjs'), `// ${id}\n`);
  }
  return folder;
}
