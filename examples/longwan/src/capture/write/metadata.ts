// Write: `metadata.xml`, which says where the numbers of the OBJ files count from.
import { gridOrigin, SITE_EPSG } from '../place/grid.ts'

export function metadataXml(): string {
  const { easting, northing } = gridOrigin()
  return `<?xml version="1.0" encoding="utf-8"?>
<ModelMetadata version="1">
	<!--Spatial Reference System: CGCS2000 / 3-degree Gauss-Kruger CM 117E-->
	<SRS>EPSG:${SITE_EPSG}</SRS>
	<!--Origin in Spatial Reference System; heights are ellipsoidal-->
	<SRSOrigin>${easting},${northing},0</SRSOrigin>
	<Texture>
		<ColorSource>Visible</ColorSource>
	</Texture>
</ModelMetadata>
`
}
