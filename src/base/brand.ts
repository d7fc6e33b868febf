/** A value that the type system keeps apart from others of the same shape: a UID is not a sequence number. */
export type Brand<Value, Name extends string> = Value & { readonly __brand: Name }
