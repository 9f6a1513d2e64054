// A classic script between Leaflet and Folium's script: `mapsvc.layer(manifest)` makes the handle that Folium's script adds to the map
// and lists in its layer control; the modules find map and layers in `window.mapsvc`. Layer names are text, never markup.
(function () {
  "use strict";
  var mapsvc = (window.mapsvc = { map: null, layers: {} });

  mapsvc.layer = function (manifest) {
    var handle = L.layerGroup([], { manifest: manifest });
    mapsvc.layers[manifest.id] = handle;
    return handle;
  };

  L.Map.addInitHook(function () {
    mapsvc.map = this;
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
