// A classic script between Leaflet and Folium's script: `mapsvc.layer(manifest)` makes the handle that Folium's script adds to the map
// and lists in its layer control; the modules find map and layers in `window.mapsvc`. What the first view needs is asked for as soon as
// a layer is on the map, while the modules still load. Layer names are text, never markup.
(function () {
  "use strict";
  var PAD = 0.3;
  // Layers that are small as a whole are asked for once.
  var WHOLE = ["hotspots", "outline", "area", "line", "streets", "labels", "patches", "routes", "pavements"];
  var mapsvc = (window.mapsvc = window.mapsvc || {});
  mapsvc.early = mapsvc.early || new Map();
  mapsvc.layers = {};

  mapsvc.isWhole = function (manifest) {
    return WHOLE.indexOf(manifest.draw) >= 0;
  };

  // The box of the view, padded and snapped to tiles of the whole zoom: [x0, y0, x1, y1] as fractions of the Mercator world.
  mapsvc.wantedBox = function (bounds, zoom) {
    var world = L.CRS.EPSG3857.scale(0);
    var corner = L.CRS.EPSG3857.latLngToPoint(bounds.getNorthWest(), 0).divideBy(world);
    var other = L.CRS.EPSG3857.latLngToPoint(bounds.getSouthEast(), 0).divideBy(world);
    var pad = other.subtract(corner).multiplyBy(PAD);
    var tiles = Math.pow(2, Math.round(zoom));
    var from = corner.subtract(pad).multiplyBy(tiles).floor().divideBy(tiles);
    var to = other.add(pad).multiplyBy(tiles).ceil().divideBy(tiles);
    return [from.x, from.y, to.x, to.y];
  };

  // The address of a layer's features; `want` is {box, zoom, query}.
  mapsvc.featuresUrl = function (manifest, want) {
    var params = want.query ? [want.query.replace(/%2C/g, ",")] : [];
    if (!mapsvc.isWhole(manifest)) {
      var world = L.CRS.EPSG3857.scale(0);
      var northWest = L.CRS.EPSG3857.pointToLatLng(L.point(want.box[0], want.box[1]).multiplyBy(world), 0);
      var southEast = L.CRS.EPSG3857.pointToLatLng(L.point(want.box[2], want.box[3]).multiplyBy(world), 0);
      var box = [northWest.lng, southEast.lat, southEast.lng, northWest.lat];
      params.push(
        "bbox=" +
          box
            .map(function (degrees) {
              return degrees.toFixed(6);
            })
            .join(","),
      );
    }
    params.push("zoom=" + want.zoom);
    return manifest.url + "?" + params.join("&");
  };

  function ask(url) {
    if (mapsvc.early.has(url)) return;
    var answer = fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } });
    mapsvc.early.set(
      url,
      answer
        .then(function (found) {
          return found.ok ? found.json() : null;
        })
        .catch(function () {
          return null;
        }),
    );
  }

  function askEarly(handle) {
    var map = handle._map;
    var manifest = handle.options.manifest;
    // An address with a query may want another view or filters: then the modules ask.
    if (location.search || map.getZoom() < manifest.min_zoom - 0.5 || !map.getSize().x) return;
    ask(
      mapsvc.featuresUrl(manifest, { box: mapsvc.wantedBox(map.getBounds(), map.getZoom()), zoom: Math.round(map.getZoom()), query: "" }),
    );
  }

  mapsvc.layer = function (manifest) {
    var handle = L.layerGroup([], { manifest: manifest });
    mapsvc.layers[manifest.id] = handle;
    handle.once("add", function () {
      askEarly(handle);
    });
    return handle;
  };

  L.Map.addInitHook(function () {
    mapsvc.map = this;
    ask("/api/v1/kinds");
  });

  var addItem = L.Control.Layers.prototype._addItem;
  var initLayout = L.Control.Layers.prototype._initLayout;
  L.Control.Layers.include({
    _initLayout: function () {
      initLayout.call(this);
      this._layersLink.title = "图层";
      this._layersLink.setAttribute("aria-label", "图层");
    },
    _addItem: function (entry) {
      var label = addItem.call(this, { layer: entry.layer, overlay: entry.overlay, name: "" });
      label.querySelector("span > span").textContent = entry.name;
      return label;
    },
  });
})();
