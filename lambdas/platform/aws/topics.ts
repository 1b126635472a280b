import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { perRuntime } from '../kernel/per-runtime.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { type Setting, setting } from '../kernel/settings.ts';
import { clientSettings } from './client-settings.ts';

/** A notification for people and programs. */
export interface Notice {
  /** at most 100 ASCII characters, the subject line of an e-mail (SNS API, Publish) */
  readonly subject: string;
  /** what a person reads */
  readonly text: string;
  /** what a program reads */
  readonly json: unknown;
  /** for filter policies of subscriptions */
  readonly attributes: Readonly<Record<string, string>>;
}

const client = perRuntime((runtime: Runtime) => {
  const made = new SNSClient(clientSettings(runtime));
  runtime.instrument(made.middlewareStack);
  return made;
});

/** Publishes a notice at least once: the attribute `id` identifies repeated deliveries. */
export async function publish(
  runtime: Runtime,
  topic: Extract<Setting, 'ALERTS_TOPIC' | 'FINANCE_TOPIC'>,
  { subject, text, json, attributes }: Notice,
): Promise<void> {
  const named = Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]);
  const { MessageId } = await client(runtime).send(
    new PublishCommand({
      TopicArn: setting(runtime, topic),
      Subject: subject,
      MessageStructure: 'json',
      Message: JSON.stringify({ default: JSON.stringify(json), email: text }),
      MessageAttributes: Object.fromEntries(named),
    }),
  );
  // The SDK reads any answer with status 200 as a success, also a page of a proxy: the notice would be lost.
  if (!MessageId) throw new Error('SNS returned no message id.');
}
