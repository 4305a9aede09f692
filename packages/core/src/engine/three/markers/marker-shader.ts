// The picture of a marker, drawn in one point: stalk, foot, ring, corners, plate, glyph and sign, all from distances.
// Flow: patch bytes -> **vertex shader** (where, how large) -> **fragment shader** (which ink). Colours are sRGB as they are.
import {
  FRESHNESS_SHIFT,
  HAS_HEADING,
  HEADING_SHIFT,
  LATE,
  PRIORITY_SHIFT,
  STALE,
  TONE_SHIFT,
  UNACKNOWLEDGED,
} from '../../../live/layout.ts'
import { DOT_PX, FOOT_PX, RING_PX } from '../../../live/plate.ts'
import { float } from '../gl-program.ts'
import { COVERED_GLSL, SLOT_GLSL } from '../overlay-frame.ts'
import { FIELD_HEIGHT, FIELD_WIDTH, PLATE_CELL_PX, SIGN_CELL_PX, TEXELS_PER_PX } from './symbol-texture.ts'

/** Rings that pulse at a time, each by its slot. */
export const PULSES = 8
/** How far a pulse spreads from its ring, CSS px. */
const PULSE_SPREAD_PX = 18
/** Half side of the selection corners, CSS px. */
const CORNER_PX = 38

/** A marker turns from plate to dot over the last share of the way to where it is one. */
const DOT_FADE_FROM = 0.8
/**
 * Where the mesh is asked whether it hides a marker, CSS px around its foot and up its stalk: most of them decide, so that an edge of
 * the mesh, or a twig, does not.
 */
const SIGHTS = [
  [0, 0],
  [-3, -1],
  [3, -1],
  [0, -5],
  [0, -10],
] as const

/** Passes of a frame, in order. */
export const PASS_HIDDEN = 0
export const PASS_PLAIN = 1
export const PASS_ALARM = 2
export const PASS_SELECTED = 3

export const MARKER_VERTEX = `#version 300 es
precision highp float;
precision highp int;
${SLOT_GLSL}
uniform int uPass;
uniform uint uPriority;
uniform int uSelected;
uniform float uLift[5];
uniform float uRadius[5];
uniform float uTurns;
uniform float uDotBeyond;
uniform float uPointsAt;
uniform float uMostPx;
uniform int uPulseSlot[${PULSES}];
uniform float uPulse[${PULSES}];
uniform float uRedPulse;
uniform sampler2D uMeshDepth;
flat out uint vFlags;
flat out vec2 vShift;
flat out float vSize;
flat out float vLift;
flat out vec2 vTurn;
flat out float vPulse;
flat out float vDot;

const vec4 NOWHERE = vec4(2.0, 2.0, 2.0, 1.0);
const vec2 SIGHTS[${SIGHTS.length}] = vec2[${SIGHTS.length}](${SIGHTS.map(([x, y]) => `vec2(${float(x)}, ${float(y)})`).join(', ')});

/** Whether the mesh is before what stands so far away at a place of the picture. */
bool isHidden(vec2 px, float farMeters) {
  ivec2 most = textureSize(uMeshDepth, 0) - 1;
  int before = 0;
  for (int i = 0; i < ${SIGHTS.length}; i++) {
    vec2 at = (px + SIGHTS[i]) * uPixelRatio;
    float z = texelFetch(uMeshDepth, clamp(ivec2(at.x, float(most.y) + 1.0 - at.y), ivec2(0), most), 0).r * 2.0 - 1.0;
    if (uDepth.y / (z - uDepth.x) < farMeters) before++;
  }
  return before > ${Math.floor(SIGHTS.length / 2)};
}

void main() {
  uint flags = aTimeFlags.y;
  uint priority = (flags >> ${PRIORITY_SHIFT}u) & 7u;
  bool selected = gl_VertexID == uSelected;
  bool drawn = (flags & HIDDEN) == 0u && (uPass == ${PASS_SELECTED} ? selected : !selected && priority == uPriority);
  vec3 fromEye = slotFromEye();
  vec3 foot = footOnScreen(fromEye);
  gl_Position = NOWHERE;
  gl_PointSize = 1.0;
  if (!drawn || foot.z <= 0.01) return;

  bool canDot = priority == 0u && !selected;
  bool dot = canDot && foot.z > uDotBeyond;
  // Of such a layer, the mesh hides many from a street: only the next few are outlined.
  if (uPass == ${PASS_HIDDEN} && foot.z > 0.4 * uDotBeyond) return;
  if (uPass == ${PASS_HIDDEN} || uPass == ${PASS_PLAIN}) {
    // Nearer by the height of a person and by what a mesh may err: the ground that it stands on never hides it. Picks ask alike.
    bool hidden = isHidden(foot.xy, max(foot.z - 1.5 - 0.004 * foot.z, min(foot.z, 0.3)));
    if (hidden != (uPass == ${PASS_HIDDEN})) return;
  }
  vDot = dot ? 1.0 : canDot ? clamp((foot.z / uDotBeyond - ${float(DOT_FADE_FROM)}) / ${float(Number((1 - DOT_FADE_FROM).toFixed(3)))}, 0.0, 1.0) : 0.0;

  float lift = dot ? 0.0 : uLift[priority];
  float radius = dot ? ${float(DOT_PX + 1)} : uRadius[priority] + (priority > 0u ? 2.0 : 8.0);
  if (selected) radius = max(radius, ${float(CORNER_PX + 6)});
  vPulse = 0.0;
  if (priority > 0u && (flags & ${UNACKNOWLEDGED}u) != 0u) {
    if (priority == 1u) vPulse = uRedPulse;
    for (int i = 0; i < ${PULSES}; i++) if (uPulseSlot[i] == gl_VertexID) vPulse = max(vPulse, uPulse[i]);
  }
  if (vPulse > 0.0) radius += ${float(PULSE_SPREAD_PX)};

  // The heading as it points on the screen: the way that a metre ahead of the foot goes there.
  vTurn = vec2(1.0, 0.0);
  if ((flags & ${HAS_HEADING}u) != 0u) {
    float heading = float(flags >> ${HEADING_SHIFT}u) * ${(2 * Math.PI) / 256};
    float reach = max(0.5, foot.z * 0.01);
    vec2 ahead = footOnScreen(fromEye + reach * vec3(sin(heading), cos(heading), 0.0)).xy - foot.xy;
    float turn = atan(ahead.x, -ahead.y) - uPointsAt;
    vTurn = vec2(cos(turn), sin(turn));
  }

  // One square point holds plate and foot. Its middle is put back into the picture where it would leave it, since a point
  // with its middle outside is dropped whole.
  float top = lift + radius;
  float bottom = max(lift > 0.0 ? ${float(FOOT_PX + 1)} : radius, radius - lift);
  float size = max(top + bottom, 2.0 * radius) + 2.0;
  vec2 middle = foot.xy + vec2(0.0, (bottom - top) * 0.5);
  vec2 inside = clamp(middle, vec2(0.5), uSize - 0.5);
  vec2 pushed = middle - inside;
  float outside = max(abs(pushed.x), abs(pushed.y));
  if (outside > size * 0.5) return;
  // A driver would draw a point that is too large for it smaller, not cut: cut it here.
  vSize = min(size + 2.0 * outside, uMostPx);
  vShift = inside - (foot.xy - vec2(0.0, lift));
  vLift = lift;
  vFlags = flags;
  gl_Position = clipAt(inside, foot.z);
  gl_Position.z = 0.0;
  gl_PointSize = vSize * uPixelRatio;
}
`

export const MARKER_FRAGMENT = `#version 300 es
precision highp float;
precision highp int;
uniform sampler2D uField;
uniform int uPass;
uniform float uPixelRatio;
uniform float uTurns;
uniform vec2 uGlyphAt;
${COVERED_GLSL}
flat in uint vFlags;
flat in vec2 vShift;
flat in float vSize;
flat in float vLift;
flat in vec2 vTurn;
flat in float vPulse;
flat in float vDot;
out vec4 color;

const vec3 INK = vec3(14.0, 20.0, 24.0) / 255.0;
const vec3 WHITE = vec3(1.0);
const vec3 ACCENT = vec3(92.0, 207.0, 186.0) / 255.0;
const vec3 FILL[5] = vec3[5](INK, vec3(211.0, 48.0, 42.0) / 255.0, vec3(255.0, 159.0, 69.0) / 255.0,
  vec3(255.0, 216.0, 77.0) / 255.0, vec3(47.0, 116.0, 208.0) / 255.0);
const vec3 ON_FILL[5] = vec3[5](WHITE, WHITE, vec3(18.0, 25.0, 28.0) / 255.0, vec3(18.0, 25.0, 28.0) / 255.0, WHITE);
const float TAU = 6.283185307;

vec4 ink;
/** Ink over what is there, premultiplied. */
void put(vec3 rgb, float alpha) { ink = vec4(rgb * alpha + ink.rgb * (1.0 - alpha), alpha + ink.a * (1.0 - alpha)); }
/** Share of a pixel that lies inside of a distance, CSS px. */
float cover(float d) { return clamp(0.5 - d * uPixelRatio, 0.0, 1.0); }
float stroke(float d, float width) { return cover(abs(d) - width * 0.5); }
float box(vec2 p, vec2 half_) { vec2 d = abs(p) - half_; return length(max(d, 0.0)) + min(max(d.x, d.y), 0.0); }

vec3 field(vec2 p, vec2 leftTopPx, float half_) {
  vec2 px = clamp(p, vec2(-half_ + 0.5), vec2(half_ - 0.5)) + half_ + leftTopPx;
  return (texture(uField, px * ${float(TEXELS_PER_PX)} / vec2(${float(FIELD_WIDTH)}, ${float(FIELD_HEIGHT)})).rgb * 255.0 - 128.0) / 16.0;
}

/** Distance to a dash of a ring: \`count\` of them, each \`on\` px long before its ends. */
float dashed(float r, float angle, float count, float on) {
  float along = (fract(angle / TAU * count) - 0.5) * TAU * ${float(RING_PX)} / count;
  return length(vec2(max(abs(along) - on * 0.5, 0.0), r - ${float(RING_PX)}));
}

/** From the foot up to the edge of plate or ring, which it must not show through. */
void stalk(vec2 p, float faint, float edge) {
  if (vLift <= 0.0) return;
  faint *= 1.0 - cover(edge);
  vec2 fromFoot = p - vec2(0.0, vLift);
  float line = box(p - vec2(0.0, vLift * 0.5), vec2(0.0, vLift * 0.5));
  put(INK, cover(line - 2.0) * 0.75 * faint);
  put(WHITE, cover(line - 0.8) * faint);
  float foot = length(fromFoot);
  put(INK, cover(foot - ${float(FOOT_PX)}) * faint);
  put(WHITE, cover(foot - 3.5) * faint);
}

void ring(vec2 p, uint priority, bool bold) {
  float r = length(p);
  float angle = atan(p.x, -p.y);
  vec3 fill = FILL[priority];
  if (vPulse > 0.0) {
    float from = priority == 1u ? 34.0 : ${float(RING_PX)};
    put(fill, stroke(r - from - vPulse * ${float(PULSE_SPREAD_PX - 2)}, 4.0) * (1.0 - vPulse));
  }
  if (priority == 1u) {
    put(INK, stroke(r - 28.5, 18.0) * 0.65);
    // Acknowledged: the same two rings, thin.
    if (bold) {
      put(fill, stroke(r - 24.0, 4.2));
      put(WHITE, stroke(r - 28.0, 4.2));
      put(fill, stroke(r - 32.5, 5.2));
    } else {
      put(fill, stroke(r - 25.0, 2.4));
      put(WHITE, stroke(r - 27.7, 3.4));
      put(fill, stroke(r - 30.6, 2.8));
    }
    return;
  }
  float width = bold ? 4.6 : 2.4;
  put(INK, stroke(r - ${float(RING_PX)}, width + 4.0) * 0.65);
  if (priority == 2u) put(fill, stroke(r - ${float(RING_PX)}, width));
  else if (priority == 3u) put(fill, cover(max(abs((fract(angle / TAU * 10.0) - 0.5) * ${((2 * Math.PI * RING_PX) / 10).toFixed(4)}) - 4.6, abs(r - ${float(RING_PX)}) - width * 0.5)));
  else put(fill, cover(dashed(r, angle, 16.0, 2.0) - max(width, 3.2) * 0.5));
}

void corners(vec2 p) {
  vec2 q = abs(p);
  float arm = min(box(q - vec2(32.0, ${float(CORNER_PX)}), vec2(6.0, 0.0)), box(q - vec2(${float(CORNER_PX)}, 32.0), vec2(0.0, 6.0)));
  put(INK, cover(arm - 3.5) * 0.7);
  put(WHITE, cover(arm - 1.5));
}

void sign_(vec2 p, uint priority) {
  vec2 at = priority == 1u ? vec2(25.0, -25.0) : vec2(20.0, -20.0);
  float scale = 0.8;
  vec2 q = (p - at) / scale;
  vec3 d = field(q, vec2(float(priority - 1u) * ${float(2 * SIGN_CELL_PX)}, ${float(2 * PLATE_CELL_PX)}), ${float(SIGN_CELL_PX)}) * scale;
  if (max(abs(q.x), abs(q.y)) > ${float(SIGN_CELL_PX)} - 1.0) return;
  put(INK, cover(d.r - 1.8) * 0.85);
  put(priority == 1u ? WHITE : FILL[priority], cover(d.r - (priority == 1u ? 1.0 : 0.0)));
  put(FILL[priority], cover(d.r));
  put(ON_FILL[priority], cover(d.g - 0.85 * scale));
}

void dot_(vec2 p, uint freshness, uint tone) {
  float r = length(p);
  float faint = freshness == ${STALE}u ? 0.5 : freshness == ${LATE}u ? 0.7 : 1.0;
  put(INK, cover(r - ${float(DOT_PX)}) * 0.75 * faint);
  put(tone == 1u ? ACCENT : WHITE, cover(r - ${float(DOT_PX - 2)}) * faint);
}

void main() {
  if (isCovered()) discard;
  vec2 p = (gl_PointCoord - 0.5) * vSize + vShift;
  uint priority = (vFlags >> ${PRIORITY_SHIFT}u) & 7u;
  uint freshness = (vFlags >> ${FRESHNESS_SHIFT}u) & 3u;
  uint tone = (vFlags >> ${TONE_SHIFT}u) & 3u;
  bool hasHeading = (vFlags & ${HAS_HEADING}u) != 0u;
  bool bold = (vFlags & ${UNACKNOWLEDGED}u) != 0u;
  ink = vec4(0.0);

  if (vDot >= 1.0) {
    dot_(p, freshness, tone);
    color = ink;
    if (ink.a < 0.004) discard;
    return;
  }
  vec2 ahead = vec2(vTurn.x * p.x + vTurn.y * p.y, -vTurn.y * p.x + vTurn.x * p.y);
  vec3 d = field(p, vec2(0.0), ${float(PLATE_CELL_PX)});
  if (uTurns > 0.0 && hasHeading) {
    // The plate turns with its heading. Its glyph goes round with it and stays upright.
    vec3 turned = field(ahead, vec2(0.0), ${float(PLATE_CELL_PX)});
    vec2 glyphAt = vec2(vTurn.x * uGlyphAt.x - vTurn.y * uGlyphAt.y, vTurn.y * uGlyphAt.x + vTurn.x * uGlyphAt.y);
    d = vec3(turned.r, field(p - glyphAt + uGlyphAt, vec2(0.0), ${float(PLATE_CELL_PX)}).g, turned.b);
  }
  bool near = max(abs(p.x), abs(p.y)) < ${float(PLATE_CELL_PX - 1)};

  if (uPass == ${PASS_HIDDEN}) {
    // What the mesh hides: a thin outline, so that it is known to be there.
    stalk(p, 0.3, near ? d.r : 1.0);
    if (near) {
      put(INK, stroke(d.r, 5.0) * 0.4);
      put(INK, cover(d.r) * 0.3);
      put(WHITE, stroke(d.r, 1.6) * 0.7);
      put(WHITE, cover(d.g - 0.8) * 0.7);
    }
    color = ink;
    if (ink.a < 0.004) discard;
    return;
  }

  float edge = priority > 0u ? length(p) - (priority == 1u ? 34.0 : 26.0) : near ? d.r : 1.0;
  stalk(p, freshness == ${LATE}u ? 0.7 : 1.0, edge);
  if (priority > 0u) ring(p, priority, bold);
  if (uPass == ${PASS_SELECTED}) corners(p);
  vec4 under = ink;
  if (hasHeading && uTurns == 0.0) {
    // A round plate has no nose: a tip at its rim says where it heads.
    float wedge = max(abs(ahead.x) * 0.82 - (ahead.y + 24.5) * 0.57, ahead.y + 16.0);
    put(INK, cover(wedge - 1.8) * 0.75);
    put(WHITE, cover(wedge));
  }
  if (near) {
    vec3 fill = priority > 0u ? FILL[priority] : tone == 1u ? ACCENT : INK;
    vec3 on = priority > 0u ? ON_FILL[priority] : tone == 1u ? INK : WHITE;
    if (freshness == ${STALE}u) {
      put(INK, stroke(d.r, 6.4) * 0.7);
      put(INK, cover(d.r) * 0.55);
      put(WHITE, cover(d.b - 1.0));
      put(WHITE, cover(d.g - 0.9) * 0.75);
    } else {
      put(INK, stroke(d.r, 7.0) * 0.75);
      put(fill, cover(d.r));
      put(WHITE, stroke(d.r, 2.4));
      put(on, cover(d.g - 1.0) * (tone == 2u && priority == 0u ? 0.5 : 1.0));
    }
  }
  if (freshness == ${LATE}u) ink = mix(under, ink, 0.7);
  if (priority > 0u) sign_(p, priority);
  if (vDot > 0.0) {
    // On its way to a dot: the plate fades, and the dot comes where it stands.
    vec4 plate = ink * (1.0 - vDot);
    ink = vec4(0.0);
    dot_(p - vec2(0.0, vLift), freshness, tone);
    ink = plate + ink * vDot * (1.0 - plate.a);
  }
  color = ink;
  if (ink.a < 0.004) discard;
}
`
