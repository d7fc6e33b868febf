/*
 * Where every npm script and bin/posthorn begin: node scripts/run.cjs TASK ARGUMENTS.
 * Any Node ever made must be able to read this file, hence the old-fashioned JavaScript: a Node that is too old gets one
 * clear line, not a syntax error. It only starts the Node that the project brings along; that one does the work.
 */
'use strict'
var major = parseInt(process.versions.node, 10)
if (major >= 20) {
  require('./launch.cjs')
} else {
  console.error('posthorn: Node ' + process.versions.node + ' is too old to start with; Node 20 or later is needed (it then brings its own).')
  process.exitCode = 1
}
