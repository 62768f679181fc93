// The map: points, clusters and heat, over tiles or a grid. The table beside it needs none of this.
"use strict";

(() => {
  const box = document.getElementById("map");
  const heatSwitch = document.getElementById("heat-switch");
  const words = box.dataset;

  // Leaflet empties pictures with a `data:` address, which our policy forbids.
  const Tiles = L.TileLayer.extend({ _removeTile: L.GridLayer.prototype._removeTile, _abortLoading() {} });
  const Grid = L.GridLayer.extend({
    createTile() {
      const tile = document.createElement("div");
      tile.className = "grid-tile";
      return tile;
    },
  });

  // A canvas over the map: every point a soft spot, so that many together glow.
  const Heat = L.Layer.extend({
    initialize(points) {
      this.points = points;
    },
    onAdd(map) {
      this.canvas = L.DomUtil.create("canvas", "leaflet-zoom-hide", map.getPane("overlayPane"));
      map.on("moveend zoomend resize", this.draw, this);
      this.draw();
    },
    onRemove(map) {
      map.off("moveend zoomend resize", this.draw, this);
      this.canvas.remove();
    },
    draw() {
      const map = this._map;
      const size = map.getSize();
      const radius = 40;
      L.DomUtil.setPosition(this.canvas, map.containerPointToLayerPoint([0, 0]));
      this.canvas.width = size.x;
      this.canvas.height = size.y;
      const pen = this.canvas.getContext("2d");
      for (const point of this.points) {
        const { x, y } = map.latLngToContainerPoint(point.at);
        if (x < -radius || y < -radius || x > size.x + radius || y > size.y + radius) continue;
        const spot = pen.createRadialGradient(x, y, 0, x, y, radius);
        spot.addColorStop(0, "rgb(200 50 20 / 45%)");
        spot.addColorStop(1, "rgb(230 150 20 / 0%)");
        pen.fillStyle = spot;
        pen.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
      }
    },
  });

  const popup = (point) => {
    const content = document.createElement("div");
    const title = document.createElement("strong");
    const label = document.createElement("span");
    const link = document.createElement("a");
    title.textContent = point.code;
    label.textContent = (point.is_urgent ? `${words.urgent} · ` : "") + point.label;
    link.textContent = words.link;
    link.href = point.href;
    content.append(title, document.createElement("br"), label, document.createElement("br"), link);
    return content;
  };

  const marker = (point) =>
    L.marker(point.at, {
      icon: L.divIcon({ className: point.is_urgent ? "point urgent" : "point", iconSize: [24, 24] }),
      alt: `${point.code} · ${point.label}`,
      title: `${point.code} · ${point.label}`,
    }).bindPopup(() => popup(point));

  const cluster = (group) => {
    const count = document.createElement("span");
    count.textContent = group.getChildCount();
    const label = document.createElement("span");
    label.className = "hidden";
    label.textContent = words.several;
    const content = document.createElement("div");
    content.append(count, label);
    return L.divIcon({ html: content, className: "cluster", iconSize: [40, 40] });
  };

  const map = L.map(box, { attributionControl: false, zoomControl: false, minZoom: 4, maxZoom: 19 });
  map.addControl(L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }));
  map.addControl(L.control.scale({ imperial: false }));
  map.setView([16, 107], 5);
  map.addLayer(words.tiles ? new Tiles(words.tiles) : new Grid());

  const show = ({ points }) => {
    const clusters = L.markerClusterGroup({ iconCreateFunction: cluster, showCoverageOnHover: false });
    clusters.addLayers(points.map(marker));
    // By keyboard too: the library opens a cluster by clicks alone.
    clusters.on("clusterkeypress", (event) => {
      if (event.originalEvent.key === "Enter") event.layer.zoomToBounds({ padding: [32, 32] });
    });
    map.addLayer(clusters);
    if (points.length) map.fitBounds(L.latLngBounds(points.map((point) => point.at)), { maxZoom: 15, padding: [32, 32] });
    const heat = new Heat(points);
    heatSwitch.hidden = points.length === 0;
    heatSwitch.addEventListener("click", () => {
      const isHeat = !map.hasLayer(heat);
      heatSwitch.setAttribute("aria-pressed", String(isHeat));
      map.removeLayer(isHeat ? clusters : heat);
      map.addLayer(isHeat ? heat : clusters);
    });
    box.dataset.shown = points.length;
  };

  fetch(words.points, { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))))
    .then(show)
    .catch(() => {
      const banner = document.getElementById("banner");
      banner.textContent = words.failed;
      banner.hidden = false;
    });
})();
