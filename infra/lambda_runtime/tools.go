//go:build tools

// Package tools pins the emulator of Lambda's runtime interface and all it is built from; install.sh builds it.
package tools

import _ "github.com/aws/aws-lambda-runtime-interface-emulator/cmd/aws-lambda-rie"
