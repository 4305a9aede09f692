import { TwinError } from '../error/twin-error.ts'
import type { CreateEngine, Engine, EngineOptions } from './contract.ts'
import { createNullEngine } from './null/null-engine.ts'

/** The engine, or where this device cannot draw, the one that draws nothing: lists, cards and actions work without a picture. */
export function engineOrNone(
  on: { readonly noPicture: (error: TwinError) => void; readonly fails: () => void },
  createEngine: CreateEngine,
  options: EngineOptions,
): Engine {
  try {
    return createEngine(options)
  } catch (error) {
    if (error instanceof TwinError && error.code === 'webgl-missing') {
      on.noPicture(error)
      return createNullEngine({ ...options, record: false })
    }
    on.fails()
    throw error
  }
}
