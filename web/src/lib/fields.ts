/** The state of a form: values, and what is wrong with them once a field has been left. */
import { useState } from 'react';

type Values = Record<string, string>;
export type Rules<V extends Values> = { [K in keyof V]?: (value: string, values: V) => string | undefined };

export function useFields<V extends Values>(initial: V, rules: Rules<V>) {
  const [values, setValues] = useState(initial);
  const [left, setLeft] = useState<Partial<Record<keyof V, boolean>>>({});
  const [refused, setRefused] = useState<Partial<Record<keyof V, string>>>({});
  const wrong = (name: keyof V): string | undefined => rules[name]?.(values[name] ?? '', values);

  return {
    values,
    /** Takes a typed value; a refusal by the server is forgotten with it. */
    set: (name: keyof V, value: string) => {
      setValues((before) => ({ ...before, [name]: value }));
      setRefused((before) => ({ ...before, [name]: undefined }));
    },
    leave: (name: keyof V) => setLeft((before) => ({ ...before, [name]: true })),
    error: (name: keyof V): string | undefined => refused[name] ?? (left[name] ? wrong(name) : undefined),
    refuse: (name: keyof V, words: string) => setRefused((before) => ({ ...before, [name]: words })),
    /** Whether these fields may be sent; says what is wrong otherwise. */
    check: (names: (keyof V)[] = Object.keys(values)): boolean => {
      setLeft((before) => ({ ...before, ...Object.fromEntries(names.map((name) => [name, true])) }));
      return names.every((name) => wrong(name) === undefined);
    },
    reset: (next: V) => {
      setValues(next);
      setLeft({});
      setRefused({});
    },
  };
}
