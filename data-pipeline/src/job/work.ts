// What a worker is asked to do, as data. The same function answers in a thread and in place.

import type { ObjMesh } from '../read/obj-mesh.ts'
import { readObjFile } from '../read/read-obj-file.ts'
import { type LeafTask, makeLeaf, makeParent, type ParentTask, type TileContext, type TileResult, tileJobsReady } from './tile-job.ts'

/** From a task's type to what it takes and gives. */
export interface Work {
  parse: { task: { readonly type: 'parse'; readonly file: string }; result: ObjMesh }
  leaf: { task: LeafTask; result: TileResult }
  parent: { task: ParentTask; result: TileResult }
}

export type WorkType = keyof Work
export type Task = Work[WorkType]['task']
export type ResultOf<T extends Task> = Work[T['type']]['result']

/** @param context undefined until the mesh is placed: only `parse` runs before */
export async function answer(task: Task, context: TileContext | undefined): Promise<Work[WorkType]['result']> {
  if (task.type === 'parse') return readObjFile(task.file)
  if (context === undefined) throw new Error(`${task.type} before its context`)
  await tileJobsReady
  return task.type === 'leaf' ? makeLeaf(context, task) : makeParent(context, task)
}

/** The buffers of a task or result that go over for good; shared memory stays where it is. */
export function buffersOf(value: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>()
  const walk = (part: unknown): void => {
    if (ArrayBuffer.isView(part)) {
      if (part.buffer instanceof ArrayBuffer) found.add(part.buffer)
    } else if (part instanceof Map) for (const entry of part.values()) walk(entry)
    else if (Array.isArray(part)) for (const entry of part) walk(entry)
    else if (typeof part === 'object' && part !== null) for (const entry of Object.values(part)) walk(entry)
  }
  walk(value)
  return [...found]
}
