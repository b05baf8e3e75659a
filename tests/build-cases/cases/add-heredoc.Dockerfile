FROM busybox
ADD <<a <<"b" /u/
home $HOME
a
home $HOME
b
