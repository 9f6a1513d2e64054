"""The map: manifests, sources of features, draw kinds, columnar snapshots, and the page that Folium builds."""
