import * as z from 'zod'

/** What can be done, with what, and what it answers. */
interface Contract<Input extends z.ZodObject, Output extends z.ZodObject> {
  /** In one sentence, for readers of the API's document. */
  readonly does: string
  /** A field that it does not know is refused. */
  readonly input: Input
  /** A field that it does not know is left out. */
  readonly output: Output
}

/** One entry of the contract. */
export function operation<Shape extends z.ZodRawShape, Output extends z.ZodObject>(entry: {
  readonly does: string
  readonly input: Shape
  readonly output: Output
}): Contract<z.ZodObject<Shape, z.core.$strict>, Output> {
  return { does: entry.does, input: z.strictObject(entry.input), output: entry.output }
}

/** The type of what a schema describes, for those who make it or show it: nothing of it is to be changed. */
export type Shown<Schema extends z.ZodType> = Immutable<z.output<Schema>>

type Immutable<Value> = Value extends readonly (infer Item)[]
  ? readonly Immutable<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Immutable<Value[Key]> }
    : Value
