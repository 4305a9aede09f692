// A program of the engine's own, outside of three's materials: markers, labels and sky read bytes that three has no name for.
import { TwinError } from '../../error/twin-error.ts'

/** A number as GLSL wants a float. */
export const float = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value))

export interface GlProgram {
  readonly program: WebGLProgram
  /** By the name in the shader; null where the compiler found it unused. */
  readonly at: (uniform: string) => WebGLUniformLocation | null
  dispose(): void
}

/** @throws TwinError `internal` with the compiler's words: a shader that a driver refuses. */
export function makeProgram(gl: WebGL2RenderingContext, name: string, vertex: string, fragment: string): GlProgram {
  const program = gl.createProgram()
  const shaders = [compile(gl, name, gl.VERTEX_SHADER, vertex), compile(gl, name, gl.FRAGMENT_SHADER, fragment)]
  for (const shader of shaders) gl.attachShader(program, shader)
  gl.linkProgram(program)
  for (const shader of shaders) gl.deleteShader(shader)
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    const words = gl.getProgramInfoLog(program)
    gl.deleteProgram(program)
    throw new TwinError('internal', `shader "${name}" does not link on this graphics driver: ${words}`, { shader: name })
  }
  const known = new Map<string, WebGLUniformLocation | null>()
  return {
    program,
    at(uniform) {
      let location = known.get(uniform)
      if (location === undefined) known.set(uniform, (location = gl.getUniformLocation(program, uniform)))
      return location
    },
    dispose: () => gl.deleteProgram(program),
  }
}

function compile(gl: WebGL2RenderingContext, name: string, type: number, source: string): WebGLShader {
  const shader = gl.createShader(type)
  if (shader === null)
    throw new TwinError('context-lost', `shader "${name}": the graphics context is lost; it is made again when it is back`)
  gl.shaderSource(shader, source)
  gl.compileShader(shader)
  if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) {
    throw new TwinError('internal', `shader "${name}" does not compile on this graphics driver: ${gl.getShaderInfoLog(shader)}`, {
      shader: name,
    })
  }
  return shader
}
