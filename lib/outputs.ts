import { CfnOutput, type Stack } from 'aws-cdk-lib';

/** Outputs of a stack by name: value and description. An output without a value is left out. */
export type Outputs = Readonly<Record<string, readonly [value: string | undefined, description: string]>>;

export function addOutputs(stack: Stack, outputs: Outputs): void {
  for (const [name, [value, description]] of Object.entries(outputs))
    if (value) new CfnOutput(stack, name, { value, description });
}
