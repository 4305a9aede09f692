// How a call's answer crosses the border: as data, because comlink and structured clone drop an error's class, code and
// details. Wrapped in the worker, rebuilt on the page: in this file alone.
import { errorFromData, errorToData, type TwinErrorData } from '../error/twin-error.ts'

export type Answer<T> = { readonly value: T } | { readonly error: TwinErrorData }

export const wrapAnswer = <T>(work: Promise<T>): Promise<Answer<T>> =>
  work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error: errorToData(error) }),
  )

export function unwrapAnswer<T>(answer: Answer<T>): T {
  if ('error' in answer) throw errorFromData(answer.error)
  return answer.value
}

/** The one function that the worker exposes; its name is looked up in the table of WorkerCalls. */
export interface WorkerDoor {
  ask(call: string, parameter: unknown): Promise<Answer<unknown>>
}
