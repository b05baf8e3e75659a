FROM busybox
COPY ["with space", "/o ut"]
