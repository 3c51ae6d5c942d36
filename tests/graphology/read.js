// node read.js FILE: what graphology, the reader inside Gephi Lite, finds in a GEXF file, as JSON.
const fs = require('fs');
const {MultiDirectedGraph} = require('graphology');
const gexf = require('graphology-gexf');

const graph = gexf.parse(MultiDirectedGraph, fs.readFileSync(process.argv[2], 'utf8'));
process.stdout.write(
  JSON.stringify({
    attributes: graph.getAttributes(),
    nodes: Object.fromEntries(graph.mapNodes((id, values) => [id, values])),
    edges: Object.fromEntries(
      graph.mapEdges((id, values, source, target) => [id, {...values, source, target}])
    )
  })
);
