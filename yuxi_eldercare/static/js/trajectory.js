// Draws the trajectory of an indicator: baseline, path, milestones, readings, forecast with its interval.
const holder = document.getElementById("trajectory");
const data = JSON.parse(document.getElementById("trajectory-data").textContent);
const color = { green: "#1b7a3d", yellow: "#e0a100", red: "#b3261e", grey: "#5c6a77" };
const show = (value) => `${Number(value.toFixed(2)).toLocaleString("zh-CN")}${data.percent ? "%" : ` ${data.unit}`}`;
const readings = data.readings.map((r) => ({
  value: [r.x, r.y],
  symbol: r.provisional ? "emptyCircle" : "circle",
  provisional: r.provisional,
}));
const series = [{
  name: data.labels.readings, type: "line", data: readings, symbolSize: 8, lineStyle: { width: 2 },
  itemStyle: { color: "#1d5a9e" }, z: 5,
  endLabel: { show: readings.length > 0, formatter: (p) => show(p.value[1]), color: "#1d5a9e", fontWeight: 600 },
}];
const last = data.readings.at(-1);
data.targets.forEach((target) => {
  const points = target.points.map((p) => ({
    value: [p.x, p.y], symbol: "diamond", symbolSize: 14, itemStyle: { color: color[p.light] },
    label: { show: true, position: "top", formatter: `${p.x.slice(0, 4)}: ${show(p.y)}`, color: "#1c2733" },
  }));
  const start = target.baseline
    ? [{ value: [target.baseline.x, target.baseline.y], symbol: "rect", symbolSize: 9, itemStyle: { color: "#5c6a77" },
        label: { show: true, position: "right", formatter: `${data.labels.baseline} ${show(target.baseline.y)}`, color: "#51606f" } }]
    : [];
  series.push({
    name: target.name, type: "line", data: [...start, ...points], z: 3,
    lineStyle: { color: "#8794a1", width: target.path ? 1.5 : 0, type: "dashed" },
  });
  const ahead = target.points.find((p) => p.forecast !== null && last && p.x > last.x);
  if (ahead) {
    series.push({
      name: data.labels.forecast, type: "line", symbol: "none", z: 2,
      data: [[last.x, last.y], [ahead.x, ahead.forecast]], lineStyle: { type: "dotted", color: "#1d5a9e", width: 1.5 },
    });
    if (ahead.low !== null) {
      series.push({
        type: "custom", silent: true, z: 1, data: [[ahead.x, ahead.low, ahead.high]],
        renderItem: (params, api) => {
          const [x0, y0] = api.coord([last.x, last.y]);
          const [x1, low] = api.coord([api.value(0), api.value(1)]);
          const [, high] = api.coord([api.value(0), api.value(2)]);
          return { type: "polygon", shape: { points: [[x0, y0], [x1, high], [x1, low]] }, style: { fill: "rgba(29,90,158,.12)" } };
        },
      });
    }
  }
});
const chart = echarts.init(holder, null, { renderer: "svg" });
chart.setOption({
  animation: false,
  textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
  grid: { left: 12, right: 64, top: 32, bottom: 28, containLabel: true },
  legend: { show: data.targets.length > 1, type: "scroll", bottom: 0, textStyle: { fontSize: 11 } },
  tooltip: { trigger: "item", formatter: (p) => `${p.seriesName}<br>${p.value[0]}：${show(p.value[1])}${p.data.provisional ? `（${data.labels.provisional}）` : ""}` },
  xAxis: { type: "time", max: (range) => range.max + 45 * 86400000, minInterval: 365 * 86400000, axisLabel: { formatter: (at) => `${new Date(at - 2 * 86400000).getFullYear()}${data.labels.year_end}` }, splitLine: { show: false } },
  yAxis: { type: "value", name: data.unit, nameTextStyle: { align: "right" }, scale: true, min: (r) => (r.min >= 0 ? Math.max(0, Math.floor(r.min - (r.max - r.min) * 0.15)) : null), axisLabel: { formatter: (v) => v.toLocaleString("zh-CN") }, splitLine: { lineStyle: { color: "#e8edf2" } } },
  series,
});
new ResizeObserver(() => chart.resize()).observe(holder);
