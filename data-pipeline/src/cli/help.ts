// What `--help` prints.

export const HELP = `twinmap: drone meshes as 3D Tiles

  twinmap tiles MESH -o OUT      an OBJ (or a folder of them) to OGC 3D Tiles 1.1
  twinmap validate TILESET       what is wrong with a tileset, by file and JSON pointer
  twinmap COMMAND --help         options and examples
`

export const TILES_HELP = `twinmap tiles MESH -o OUT [options]

  MESH                  an .obj, or a folder that holds some (Data/Tile_*/Tile_*.obj), down to four folders deep and
                        through links. Of one mesh in several forms one is taken, and told: odm_textured_model_geo
                        before odm_textured_model, odm_texturing before odm_texturing_25d, the finest levels _L21_…
  -o, --out OUT         the folder for tileset.json, tiles/, heights.json and heights.bin

Where it stands. metadata.xml and OpenDroneMap's coords.txt are sought beside the mesh and up to three folders above,
then *.prj and Pix4D's *_offset.xyz beside it; options win.
  --crs REFERENCE       EPSG:4548, EPSG:4547+5737, a WKT, a +proj string, ENU:lat,lon, or local
  --origin E,N,H        easting, northing, height that the mesh's numbers count from
  --up z|y              the mesh's axis that points up (z)
  --unit m|mm|cm|km|in|ft|us-ft
                        what the mesh's numbers count in (m, with a word where they hardly do)
  --height-offset M     metres added to every height, to make it ellipsoidal: the geoid's height where the mesh
                        counts from the sea. Without it heights are taken as ellipsoidal
  Without a reference the tileset is in local metres, and the twin document must say "at": "origin".

What it becomes
  --texture jpeg|webp   of the tiles (jpeg; webp is a quarter smaller and takes seven times as long to encode)
  --quality N           1 to 100 (82)

What is left out
  --drop-outliers       the few triangles that lie far off from all the rest; else they are kept and told
  A bad line costs what stands in it: a vertex its faces, a texture coordinate or a picture its colours, a face
  itself. Each kind is told with its first line and how many; over half of the faces end the run

How it runs
  --workers N           threads (one per core)
  --strict              end where something is missing or doubtful, instead of telling it
  --json                print a report as JSON on stdout, and nothing else there
  --quiet               no progress

Examples
  twinmap tiles mesh.obj --crs EPSG:4548 --origin 572000,4126000,0 -o public/tiles
  twinmap tiles Production_1/ -o tiles                  with its metadata.xml
  twinmap tiles odm_textured_model_geo.obj --crs "+proj=utm +zone=50 +datum=WGS84" --height-offset -7.1 -o tiles
  twinmap tiles room.obj --up y -o room                 stands at the document's origin

The folder holds a whole tileset afterwards, or what it held before: tileset.json is put in place last.
Exit: 0 done, 1 a fault of ours, 2 options, 3 input, 4 reference, 5 disk full, 130 interrupted.
`

export const VALIDATE_HELP = `twinmap validate TILESET [options]

  TILESET               a tileset.json; each finding names a file and a JSON pointer
  --json                findings as JSON on stdout
  --warnings            warnings count as errors for the exit code

Reads tileset, external tilesets and every content: the OGC schemas; headers, lengths and alignment of b3dm, i3dm, pnts, cmpt and
glb; content inside its volume, child inside parent, errors that fall from parent to child; meshopt data that decodes; references
that lead nowhere. Implicit tilesets: their schema and subtree headers.

Example
  twinmap validate public/tiles/tileset.json

Exit: 0 nothing found (or warnings only), 2 options, 3 no tileset to read, 6 errors found.
`
