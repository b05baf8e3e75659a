# flags: --build-context base=docker-image://corten-build-cases-base
FROM base
RUN --mount=from=base,source=/etc,target=/e cp /e/passwd /copied
