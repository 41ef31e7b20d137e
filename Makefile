# `sam build` runs this target (BuildMethod makefile in template.yaml) and takes what it puts into ARTIFACTS_DIR.
build-BundleFunction:
	test -x node_modules/.bin/node || npm ci
	PATH="$(CURDIR)/node_modules/.bin:$$PATH" node scripts/build.ts
	cp dist/index.js dist/THIRD-PARTY-LICENSES "$(ARTIFACTS_DIR)/"
