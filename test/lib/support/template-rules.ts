import * as z from 'zod';
import type { Template } from './deployment.ts';

const Ref = z.strictObject({ Ref: z.string() });
const Texts = z.array(z.union([z.string(), Ref]));
const Contains = z.tuple([Texts, z.union([z.string(), Ref])]);
const Single = z.tuple([z.record(z.string(), z.unknown())]);

/**
 * Evaluates the rules of a template as CloudFormation does before it creates or updates anything (CloudFormation template reference,
 * "Rule functions").
 * @param references what `Ref` of parameters and pseudo parameters means
 * @returns the descriptions of the assertions that fail; with one of them CloudFormation refuses the operation
 */
export function failedAssertions(template: Template | undefined, references: Record<string, string>): string[] {
  const rules = Object.values(template?.Rules ?? {});
  return rules
    .flatMap(({ Assertions }) => Assertions)
    .filter(({ Assert }) => !holds(Assert, references))
    .map(({ AssertDescription }) => AssertDescription);
}

function holds(assertion: Record<string, unknown>, references: Record<string, string>): boolean {
  const [name = '', value] = Object.entries(assertion)[0] ?? [];
  const text = (one: z.infer<typeof Texts>[number]) => (typeof one === 'string' ? one : referred(one.Ref, references));
  if (name === 'Fn::Equals') return new Set(Texts.length(2).parse(value).map(text)).size === 1;
  if (name === 'Fn::Not') return !holds(Single.parse(value)[0], references);
  if (name !== 'Fn::Contains') throw new Error(`no rule function that is known here: ${name}`);
  const [list, one] = Contains.parse(value);
  return list.map(text).includes(text(one));
}

function referred(name: string, references: Record<string, string>): string {
  const value = references[name];
  if (value === undefined) throw new Error(`the rules refer to ${name}, which a deployment does not have`);
  return value;
}
