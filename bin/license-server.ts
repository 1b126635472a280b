import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { LicenseServer } from '../lib/license-server.ts';
import { sharedAccountFaults } from '../lib/readiness/shared-accounts.ts';
import { stages } from '../lib/stages.ts';
import { bundle, defaultOutDir } from '../scripts/bundle.ts';

await bundle(defaultOutDir);

// The CLI checks only the stacks that are named to it, and `cdk synth` names none of a Stage: so the app itself fails on findings.
const app = new App({ postCliContext: { '@aws-cdk/core:failSynthOnValidationErrors': true } });
const shared = sharedAccountFaults(Object.values(stages));
if (shared.length > 0) throw new Error(shared.join('\n'));
const only: unknown = app.node.tryGetContext('stage');
const wanted = Object.values(stages).filter(({ name }) => only === undefined || name === only);
if (wanted.length === 0)
  throw new Error(`There is no stage ${only}; lib/stages.ts has: ${Object.keys(stages).join(', ')}.`);
for (const settings of wanted) new LicenseServer(app, { settings, bundles: defaultOutDir });
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
