# Certificates for tests of TLS, in the current folder: source this. Each NAME
# gives NAME.pem and NAME.key. Needs openssl.
authority() { # NAME
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.pem" \
    -subj "/CN=Test authority $1" -days 2 2>/dev/null
}
certificate() { # NAME DAYS SUBJECT-ALTERNATIVE-NAME [AUTHORITY, else ca]
  openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.req" \
    -subj "/CN=$1" 2>/dev/null
  echo "subjectAltName=$3" >"$1.ext"
  openssl x509 -req -in "$1.req" -CA "${4:-ca}.pem" -CAkey "${4:-ca}.key" \
    -CAcreateserial -days "$2" -extfile "$1.ext" -out "$1.pem" 2>/dev/null
}
