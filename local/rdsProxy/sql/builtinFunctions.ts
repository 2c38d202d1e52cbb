/**
 * Functions that leave nothing behind in the session, and words that may stand before a parenthesis. Any other name may
 * be that of a stored function, whose body can change anything, so the connection is reset before another session gets
 * it. A name that is missing here costs time but does no harm, so names that MySQL lacks (NVL, TO_CHAR) are left out.
 */
const builtinNames = `
  abs acos adddate addtime aes_decrypt aes_encrypt any any_value as ascii asin atan atan2 avg bigint binary bit
  bit_and bit_count bit_length bit_or bit_xor blob bool boolean by case cast ceil ceiling char char_length character
  character_length charset check coalesce coercibility collation columns compress concat concat_ws connection_id
  constraint conv convert convert_tz cos cot count crc32 cross cume_dist curdate current_date current_time
  current_timestamp current_user curtime database date date_add date_format date_sub datediff datetime day dayname
  dayofmonth dayofweek dayofyear dec decimal default degrees dense_rank distinct div double elt else end engine enum
  except exists exp export_set extract extractvalue field find_in_set first_value fixed float floor for format
  format_bytes found_rows from from_base64 from_days from_unixtime get_format greatest group group_concat grouping
  having hex hour if ifnull in index inet6_aton inet6_ntoa inet_aton inet_ntoa inner insert instr int integer
  intersect interval into is is_free_lock is_ipv4 is_ipv6 is_used_lock is_uuid isnull join json json_array
  json_array_append json_array_insert json_arrayagg json_contains json_contains_path json_depth json_extract
  json_insert json_keys json_length json_merge json_merge_patch json_merge_preserve json_normalize json_object
  json_objectagg json_overlaps json_pretty json_quote json_remove json_replace json_schema_valid json_search json_set
  json_storage_free json_storage_size json_table json_type json_unquote json_valid json_value key keys lag last_day
  last_insert_id last_value lateral lcase lead least left length like limit list ln locate log log10 log2 longtext
  lower lpad ltrim make_set makedate maketime master_pos_wait match max md5 mediumint mediumtext member microsecond
  mid min minute mod month monthname mysql_query_attribute_string name_const national natural nchar not now nth_value ntile nullif numeric nvarchar
  oct octet_length of offset on or and xor ord order outer over partition partitions percent_rank pi point position
  pow power precision primary quarter quote radians rand range rank real references regexp regexp_instr regexp_like
  regexp_replace regexp_substr release_lock repeat replace reverse right rlike rollup round row row_count row_number
  rows rpad rtrim schema sec_to_time second select session_user set sha sha1 sha2 sign sin sleep smallint some soundex
  space spatial sqrt std stddev stddev_pop stddev_samp str_to_date straight_join strcmp string subdate substr
  substring substring_index subtime sum sysdate system_user table tan text then time time_format time_to_sec timediff
  timestamp timestampadd timestampdiff tinyint to_base64 to_days to_seconds trim truncate ucase uncompress
  uncompressed_length unhex union unique unix_timestamp update upper user using utc_date utc_time utc_timestamp uuid
  uuid_short uuid_to_bin bin_to_uuid bin validate_password_strength value values var_pop var_samp varbinary varchar
  variance version week weekday weekofyear weight_string when where window with year yearweek
`;

const builtins = new Set(builtinNames.trim().split(/\s+/));

export function isBuiltin(name: string): boolean {
  return builtins.has(name);
}
