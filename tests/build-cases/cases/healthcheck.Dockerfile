FROM busybox
HEALTHCHECK --interval=1m30s --timeout=3s --retries=2 --start-period=500ms CMD wget -q localhost || exit 1
