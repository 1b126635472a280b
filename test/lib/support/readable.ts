import * as z from 'zod';
import type { Deployment, Template } from './deployment.ts';

const GetStackOutput = z.object({ 'Fn::GetStackOutput': z.object({ StackName: z.string(), OutputName: z.string() }) });
const GetAtt = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const Ref = z.object({ Ref: z.string() });
const Join = z.object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) });

/** Renders a value of a template as text, across stacks: `<store/Ledger/Table.Arn>`, `arn:aws:kms:…:<AWS::AccountId>:key/*`. */
export function readable(deployment: Deployment, stack: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  const output = GetStackOutput.safeParse(value).data?.['Fn::GetStackOutput'];
  if (output) {
    const producer = output.StackName.split('-').at(-1) ?? '';
    return readable(deployment, producer, deployment.templates.get(producer)?.Outputs[output.OutputName]?.Value);
  }
  const [logicalId, attribute] = GetAtt.safeParse(value).data?.['Fn::GetAtt'] ?? [];
  if (logicalId) return `<${pathOf(deployment.templates.get(stack), logicalId)}.${attribute}>`;
  const ref = Ref.safeParse(value).data?.Ref;
  if (ref) return `<${pathOf(deployment.templates.get(stack), ref)}>`;
  const [separator, parts] = Join.safeParse(value).data?.['Fn::Join'] ?? [];
  if (parts) return parts.map(part => readable(deployment, stack, part)).join(separator);
  throw new Error(`not readable: ${JSON.stringify(value)}`);
}

function pathOf(template: Template | undefined, logicalId: string): string {
  const path = template?.Resources[logicalId]?.Metadata['aws:cdk:path'];
  return path
    ? path
        .split('/')
        .slice(1)
        .join('/')
        .replace(/\/Resource$/, '')
    : logicalId;
}
