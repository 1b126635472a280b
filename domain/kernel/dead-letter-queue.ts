/** Returns the physical name of the dead-letter queue of a stage. The name is fixed: another one would replace deployed queues. */
export function deadLetterQueueName(stage: string): string {
  return `license-server-${stage}-aside`;
}
