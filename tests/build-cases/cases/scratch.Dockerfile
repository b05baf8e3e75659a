FROM scratch
COPY run.sh /
ENTRYPOINT ["/run.sh"]
